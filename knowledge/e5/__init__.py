"""The bundled embedding model, run several times faster than by the engine it comes with."""

from knowledge.e5.model import E5

__all__ = ["E5"]

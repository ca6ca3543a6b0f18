"""Writes e5.onnx, the model without its weights. Needs `onnx`, which only those who change the graph install:
`make model-graph`."""

from knowledge.e5.model import GRAPH
from knowledge.e5.shape import HEADS, HIDDEN, HOT_CHANNELS, INNER, LAYERS

_MICROSOFT = "com.microsoft"
_EPSILON = 1e-12


def graph_bytes() -> bytes:
    """The graph as the file holds it."""
    from onnx import ModelProto, NodeProto, TensorProto, helper

    nodes: list[NodeProto] = []
    lacking: list[TensorProto] = []

    def lacks(name: str, kind: int, *shape: int) -> str:
        """A number that the weights supply when the model is loaded."""
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="weights")
        lacking.append(tensor)
        return name

    def does(kind: str, inputs: list[str], output: str, domain: str = "", **settings: object) -> str:
        nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **settings))
        return output

    def product(name: str, entering: str, rows: int, columns: int) -> str:
        inputs = [
            entering,
            lacks(f"{name}.weight", TensorProto.INT8, rows, columns),
            lacks(f"{name}.step", TensorProto.FLOAT, columns),
            "",
            lacks(f"{name}.bias", TensorProto.FLOAT, columns),
        ]
        return does("DynamicQuantizeMatMul", inputs, name, _MICROSOFT)

    def smoothed(name: str, entering: str) -> str:
        return does("Mul", [entering, lacks(f"{name}.smaller", TensorProto.FLOAT, HIDDEN)], f"{name}.entering")

    def normal(name: str, entering: str) -> str:
        gain, offset = (lacks(f"{name}.{part}", TensorProto.FLOAT, HIDDEN) for part in ("gain", "offset"))
        return does("LayerNormalization", [entering, gain, offset], name, axis=-1, epsilon=_EPSILON)

    lacks("hot.from", TensorProto.FLOAT, 1)
    state = normal("start", "words")
    for layer in range(LAYERS):
        own = f"l{layer}."
        product(f"{own}qkv", smoothed(f"{own}qkv", state), HIDDEN, 3 * HIDDEN)
        three = [f"{own}{part}" for part in "qkv"]
        nodes.append(helper.make_node("Split", [f"{own}qkv"], three, axis=2, num_outputs=3))
        seen = does("MultiHeadAttention", [*three, "", "mask"], f"{own}seen", _MICROSOFT, num_heads=HEADS)
        joined = product(f"{own}joined", seen, HIDDEN, HIDDEN)
        middle = normal(f"{own}middle", does("Add", [joined, state], f"{own}middle.sum"))
        inner = product(f"{own}inner", smoothed(f"{own}inner", middle), HIDDEN, INNER)
        bent = does("Gelu", [inner], f"{own}bent", _MICROSOFT)
        if layer in HOT_CHANNELS:
            outer = product(f"{own}outer", does("Min", [bent, "hot.from"], f"{own}cool"), INNER, HIDDEN)
            one = does("Gather", [bent, lacks(f"{own}hot.channel", TensorProto.INT64, 1)], f"{own}hot", axis=2)
            above = does("Relu", [does("Sub", [one, "hot.from"], f"{own}hot.over")], f"{own}hot.above")
            exact = does("MatMul", [above, lacks(f"{own}hot.weight", TensorProto.FLOAT, 1, HIDDEN)], f"{own}hot.exact")
            outer = does("Add", [outer, exact], f"{own}outer.whole")
        else:
            outer = product(f"{own}outer", bent, INNER, HIDDEN)
        state = normal(f"{own}end", does("Add", [outer, middle], f"{own}end.sum"))
    words = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["texts", "pieces", HIDDEN])
    mask = helper.make_tensor_value_info("mask", TensorProto.INT32, ["texts", "pieces"])
    last = helper.make_tensor_value_info(state, TensorProto.FLOAT, ["texts", "pieces", HIDDEN])
    graph = helper.make_graph(nodes, "multilingual-e5-small", [words, mask], [last], lacking)
    model: ModelProto = helper.make_model(
        graph,
        ir_version=9,
        producer_name="kehoach",
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(_MICROSOFT, 1)],
    )
    written: bytes = model.SerializeToString(deterministic=True)
    return written


if __name__ == "__main__":
    GRAPH.write_bytes(graph_bytes())

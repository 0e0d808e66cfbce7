"""Nested state as JSON and named tensors, there and back: what a checkpoint is made of instead of a pickle.

An optimiser's state nests dictionaries with integer keys, lists, tuples, numbers and tensors. Tensors go out by
name; in the JSON stands `{"$tensor": name}` for them, `{"$tuple": […]}` for a tuple and `{"$items": [[k, v], …]}`
for a dictionary whose keys are not all text.
"""

from __future__ import annotations

from typing import Any

from torch import Tensor


def split(tree: Any, prefix: str) -> tuple[Any, dict[str, Tensor]]:
    """Return the tree as JSON values, and its tensors by names that begin with `prefix`.

    Raises:
        TypeError: something in it has no place in JSON.
    """
    tensors: dict[str, Tensor] = {}

    def plain(node: Any, name: str) -> Any:
        if isinstance(node, Tensor):
            tensors[name] = node
            return {"$tensor": name}
        if isinstance(node, dict):
            if all(isinstance(key, str) and not key.startswith("$") for key in node):
                return {key: plain(value, f"{name}/{key}") for key, value in node.items()}
            return {
                "$items": [[plain(key, name), plain(value, f"{name}/{key}")] for key, value in node.items()]
            }
        if isinstance(node, list | tuple):
            items = [plain(value, f"{name}/{index}") for index, value in enumerate(node)]
            return {"$tuple": items} if isinstance(node, tuple) else items
        if node is None or isinstance(node, bool | int | float | str):
            return node
        raise TypeError(f"{name} must be a number, text, a list, a mapping or a tensor, not {type(node)}")

    return plain(tree, prefix), tensors


def join(tree: Any, tensors: dict[str, Tensor]) -> Any:
    """Return what `split` took apart.

    Raises:
        KeyError: a tensor is not there.
    """
    if isinstance(tree, list):
        return [join(item, tensors) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "$tensor" in tree:
        return tensors[tree["$tensor"]]
    if "$tuple" in tree:
        return tuple(join(item, tensors) for item in tree["$tuple"])
    if "$items" in tree:
        return {join(key, tensors): join(value, tensors) for key, value in tree["$items"]}
    return {key: join(value, tensors) for key, value in tree.items()}

"""One way to compile a function, and the array types that compiled functions work on."""

__all__ = ["Bytes", "Codes", "Flags", "Floats", "Hashes", "Int64s", "compiled", "load4", "load8"]

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

Int64s = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

P = ParamSpec("P")
R = TypeVar("R")


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile on first use and keep the machine code beside the source for the next process; threads run beside it.

    What is kept is renewed when its own file changes. A compiled function of another file that it calls
    is frozen into it, so after a change there, touch the files that call it.
    """
    return cast(Callable[P, R], numba.njit(cache=True, nogil=True)(function))


def _loader(bits: int) -> Any:
    """Make a reader of `bits` bits at any byte of a byte array; the caller answers for the bounds."""

    def load(typingctx: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            bytes_ = context.make_array(signature.args[0])(context, builder, arguments[0])
            place = builder.gep(bytes_.data, [arguments[1]])
            word = builder.load(builder.bitcast(place, ir.IntType(bits).as_pointer()))
            word.align = 1
            return word if bits == 64 else builder.zext(word, ir.IntType(64))

        return types.uint64(array, index), build

    return intrinsic(load)


load8 = _loader(64)
load4 = _loader(32)

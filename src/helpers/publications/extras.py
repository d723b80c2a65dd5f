"""Packages that only the reading of publications needs: found when first used, or named."""

import importlib
from types import ModuleType

from helpers.problems import InputError

INSTALL = "pip install 'shenzhen-targets[publications]'"


def needed(module: str, purpose: str) -> ModuleType:
    """Import an optional package, or say in one sentence what is missing and for what.

    Raises
    ------
    helpers.problems.InputError
    """
    try:
        return importlib.import_module(module)
    except ImportError:
        package = {"docx": "python-docx", "python_calamine": "python-calamine"}.get(module, module)
        raise InputError(
            f"{package} is not installed, which reads {purpose}; install it with: {INSTALL}"
        ) from None

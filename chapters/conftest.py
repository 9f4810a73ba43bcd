"""Settings of nbval, so that `pytest --nbval chapters` is strict and repeatable from any folder."""


def pytest_configure(config):
    """Run the notebooks in this environment's Python, and end a cell that hangs."""
    if getattr(config.option, "nbval", False):
        config.option.nbval_current_env = True
        config.option.nbval_cell_timeout = 300

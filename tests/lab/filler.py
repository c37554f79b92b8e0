def declare(universe, count, slow):
    pass

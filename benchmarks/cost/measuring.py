"""The cost model's figures: `measure`."""

from datetime import timedelta

from benchmarks.capacity.measuring import readings
from benchmarks.cost.deployed import fixed, memory_by_function, parameter
from benchmarks.cost.invocations import Lambda
from benchmarks.cost.keys import by_kms, by_secrets_manager
from benchmarks.cost.model import MINUTES, Model
from benchmarks.cost.prices import Prices, added, assumptions, times
from benchmarks.cost.warm import with_measured
from benchmarks.figures import Figure
from faults.environment import project_template
from production.snapstart import WAITED_FOR

GROUP = "cost"
GOAL = 0.05
MANY = 1000
SHORT, LONG = timedelta(seconds=5), timedelta(seconds=90)
SIZES = (256, 384, 512, 768, 1024)
SECONDS_A_MONTH = MINUTES * 60
Usage = dict[str, float]


def measure() -> list[Figure]:
    """Return what turns, uploads, a month and users' keys cost. Raises MeasuringError."""
    prices, model = Prices.read(), deployed_model()
    return [
        _cost("1,000 turns of 5 s", prices, times(model.turn(SHORT), MANY), goal=GOAL),
        _cost("1,000 turns of 90 s", prices, times(model.turn(LONG), MANY)),
        _cost("1,000 uploads", prices, times(model.upload(), MANY)),
        _cost("1,000 uploads by forms of S3", prices, times(model.form(), MANY)),
        *_of_sizes(prices, model),
        *_of_snapshots(prices),
        *_of_months(prices, model),
        *_of_keys(prices, model),
    ]


def deployed_model(*, has_snapshots: bool = False) -> Model:
    """Return the model of the template with its defaults. Raises MeasuringError."""
    template = project_template()
    architecture = parameter(template, "Architecture")
    return Model(
        readings=readings(),
        functions=Lambda(architecture, with_measured(assumptions()), has_snapshots),
        memory=memory_by_function(template),
        budget=timedelta(seconds=float(parameter(template, "TurnBudgetSeconds"))),
    )


def _of_sizes(prices: Prices, model: Model) -> list[Figure]:
    """Return the short turn's cost by the memory of the function that waits for it."""
    sized = {size: _sized(model, size).turn(SHORT) for size in SIZES}
    return [
        _cost(f"1,000 turns of 5 s, chat of {size} MB", prices, times(usage, MANY))
        for size, usage in sized.items()
    ]


def _sized(model: Model, size: int) -> Model:
    return Model(model.readings, model.functions, {**model.memory, "chat": size}, model.budget)


def _of_snapshots(prices: Prices) -> list[Figure]:
    """Return what SnapStart adds: restores with the turns, the cache in any case."""
    model = deployed_model(has_snapshots=True)
    versions = model.functions.assumed["snapstart"]["versions"]
    waited_for = [name.removesuffix("Function").lower() for name in WAITED_FOR]
    gigabytes = sum(model.memory[name] for name in waited_for) / 1024
    cached = gigabytes * versions * SECONDS_A_MONTH
    return [
        _cost("1,000 turns of 5 s, SnapStart", prices, times(model.turn(SHORT), MANY)),
        _cost(
            "a month, cache of SnapStart of what people wait for",
            prices,
            {"snapstart_cache_gb_second": cached},
        ),
    ]


def _of_months(prices: Prices, model: Model) -> list[Figure]:
    """Return what a month costs in which nobody asks for anything."""
    assumed, parts = model.functions.assumed, fixed(project_template())
    idle: Usage = {
        "sqs_request": assumed["sqs"]["idle_receives_per_month"],
        "metric_month": assumed["metrics"]["custom"],
    }
    always = added(parts.pop(""), idle, model.scheduled())
    besides = [
        _cost(f"a month, besides, if {name}", prices, usage) for name, usage in parts.items()
    ]
    return [_cost("a month without a request", prices, always), *besides]


def _of_keys(prices: Prices, model: Model) -> list[Figure]:
    """Return what users' keys cost a month in Secrets Manager, and encrypted by KMS."""
    users, turns = (model.functions.assumed["users"][name] for name in ("count", "turns_per_month"))
    named = f"a month, keys of {users:,} users"
    return [
        _cost(f"{named}, Secrets Manager", prices, by_secrets_manager(users, turns)),
        _cost(f"{named}, KMS", prices, by_kms(users, turns)),
    ]


def _cost(what: str, prices: Prices, usage: Usage, goal: float | None = None) -> Figure:
    services = prices.bill(usage)
    detail = {service: round(usd, 6) for service, usd in services.items()}
    return Figure(GROUP, what, round(sum(services.values()), 4), "USD", goal=goal, detail=detail)

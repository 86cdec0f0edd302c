"""How much of a question each text covers; rare words count more."""

import math
from collections import Counter
from collections.abc import Sequence

from local.openai.retrieval.terms import terms


def scores(query: str, texts: Sequence[str]) -> list[float]:
    """One score from 0 (no word in common) to 1 (all of them) for each text."""
    wanted = frozenset(terms(query))
    bags = [wanted.intersection(terms(text)) for text in texts]
    counts = Counter(term for bag in bags for term in bag)
    # Summed in one order, so that the same question always gets the same figures.
    weights = {term: weight(counts[term], len(texts)) for term in sorted(wanted)}
    whole = math.fsum(weights.values())
    return [math.fsum(weights[term] for term in bag) / whole if whole else 0.0 for bag in bags]


def weight(found_in: int, texts: int) -> float:
    return math.log(1 + (texts - found_in + 0.5) / (found_in + 0.5))

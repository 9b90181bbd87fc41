import { Counter, type Registry } from 'prom-client';

/** Counts one outcome of a series. */
export type CountOutcome = (outcome: string) => void;

export interface OutcomeCounterOptions {
  registry: Registry;
  name: string;
  help: string;
  /** The label that tells the series apart; `outcome` is the other one. */
  labelName: string;
}

/**
 * A counter by outcome that is read when somebody asks for the page, for what happens so often that prom-client's own
 * look-up shows.
 * @returns the series of a label's value, with outcomes that are shown before the first of them; asked for once each
 */
export function createOutcomeCounter(
  options: OutcomeCounterOptions,
): (labelValue: string, outcomes?: readonly string[]) => CountOutcome {
  const { registry, name, help, labelName } = options;
  const all: { labelValue: string; counts: Map<string, number> }[] = [];
  const collect = function (this: Counter) {
    this.reset();
    for (const { labelValue, counts } of all) {
      for (const [outcome, count] of counts) this.inc({ [labelName]: labelValue, outcome }, count);
    }
  };
  registry.registerMetric(
    new Counter({ name, help, labelNames: [labelName, 'outcome'], registers: [], collect }),
  );
  return (labelValue, outcomes = []) => {
    const counts = new Map(outcomes.map((outcome) => [outcome, 0]));
    all.push({ labelValue, counts });
    return (outcome) => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  };
}

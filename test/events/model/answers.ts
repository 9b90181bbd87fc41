import type { Position } from '../../../events/event-log.ts';
import { EPOCH, type ModelLog } from './model-log.ts';
import { deliveryOf, type Place, type Question } from './operations.ts';

export function placeOf(model: ModelLog, source: string, place: Place): Position | null {
  const { offset } = model.head(source);
  switch (place.at) {
    case 'start':
      return null;
    case 'share':
      return { epoch: EPOCH, offset: Math.floor(offset * place.share) };
    case 'above the head':
      return { epoch: EPOCH, offset: offset + 1 };
    default:
      return { epoch: 'another epoch', offset };
  }
}

/** What the model answers. */
export type Answer = (model: ModelLog) => unknown;

/** @param before the model at the time of asking: places are counted in it. */
export function answerTo(question: Question, before: ModelLog): Answer {
  switch (question.kind) {
    case 'append':
      return (model) => model.append(question.deliveries.map(deliveryOf));
    case 'appendAll':
      return (model) => model.appendAll(question.deliveries.map(deliveryOf));
    case 'find':
      return (model) => model.find(question.source, question.id);
    case 'read': {
      const after = placeOf(before, question.source, question.after);
      return (model) => model.read(question.source, after, question.limit);
    }
    default:
      return (model) => model.head(question.source);
  }
}

/**
 * The model after questions that were asked at once.
 * @returns null when in no order it gives these answers.
 */
export function explain(
  answers: readonly unknown[],
  questions: readonly Question[],
  before: ModelLog,
): ModelLog | null {
  const expected = questions.map((question) => answerTo(question, before));
  for (const order of permutations([...questions.keys()])) {
    const model = before.copy();
    if (order.every((at) => equal(answers[at], expected[at]?.(model)))) return model;
  }
  return null;
}

function equal(one: unknown, another: unknown): boolean {
  try {
    expect(one).toEqual(another);
    return true;
  } catch {
    return false;
  }
}

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((first) =>
    permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
  );
}

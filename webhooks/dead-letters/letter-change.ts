/** What became of a dead letter; `refused` again when it was redriven in vain. */
export type LetterChange = 'kept' | 'redriven' | 'refused' | 'discarded';

/** Is told of each change of a dead letter, once it is made. */
export type ObserveLetterChange = (change: {
  readonly source: string;
  readonly change: LetterChange;
}) => void;

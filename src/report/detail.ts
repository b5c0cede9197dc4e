/** How much of each connection a report tells: counts only, what was decided, or all texts and messages. */
export const DETAILS = ['summary', 'verdicts', 'full'] as const;
export type Detail = (typeof DETAILS)[number];

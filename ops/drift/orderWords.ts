/** The comment that people answer an issue about drift with. */
export const orderWords = "/tarmac put-back";

/** The comment on a drift issue that puts resources back. */
export const orderWords = "/tarmac put-back";

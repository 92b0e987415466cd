/** Advice that several causes give and no command follows. */
import type { Step } from "../causes/cause.ts";

export const retryAtStart: Step = {
  say: "Let the program retry instead of exiting: what it needs may start later than the program.",
};

export const useFewerDisks: Step = {
  say: "Each machine size allows a fixed number of disks. Use a larger size, more nodes, or one volume for several purposes.",
};

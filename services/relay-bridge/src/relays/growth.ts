/** First and longest pause, ms, and how fast the one grows to the other. */
export type Growth = { readonly first: number; readonly most: number; readonly factor: number }

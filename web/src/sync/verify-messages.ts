export type VerifyQuestion = { readonly n: number; readonly event: unknown }
export type VerifyAnswer = { readonly n: number; readonly good: boolean }

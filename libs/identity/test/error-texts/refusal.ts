import type { IdentityErrorCode } from '../../src/index.ts'

/** One refusal: how one meets it, its code, and what one reads. */
export type Refusal = readonly [act: () => unknown, code: IdentityErrorCode, text: string]

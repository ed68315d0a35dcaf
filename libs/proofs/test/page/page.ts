import { verifyProof } from '../../src/index.ts'

/** What the page offers to whoever drives it. */
export interface ProofsPage {
  readonly verify: typeof verifyProof
}

Object.assign(window, { verify: verifyProof } satisfies ProofsPage)

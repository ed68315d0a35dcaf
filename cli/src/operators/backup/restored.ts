import type { Manifest } from '@kez-chat/backup'

export type Restored = {
  readonly manifest: Manifest
  /** Where it is now. */
  readonly into: string
  /** What to do now, a line each. */
  readonly next: readonly string[]
}

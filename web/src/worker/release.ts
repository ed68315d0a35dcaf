/** What the build tells its worker. */
export type Release = {
  /** Names the build. */
  readonly build: string
  /** Addresses that have a hash of the content in them. */
  readonly hashed: readonly string[]
  /** Other addresses, with the hash of what is there as `integrity` has it. */
  readonly checked: Readonly<Record<string, string>>
}

/** Put in by the build (`web/build/worker.ts`). */
declare const KEZ_RELEASE: Release

export const release = (): Release => KEZ_RELEASE

/** The address of the page. */
export const pageAt = '/'

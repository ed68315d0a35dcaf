/** What a page tells the worker. */
export type FromPage =
  /** A page is there: what it needs without a network is to be kept, and what nobody needs may go. */
  | { readonly type: 'here' }
  /** The person wants the version that waits. */
  | { readonly type: 'update' }

const types: readonly unknown[] = ['here', 'update'] satisfies FromPage['type'][]

export const isFromPage = (data: unknown): data is FromPage =>
  typeof data === 'object' && data !== null && 'type' in data && types.includes(data.type)

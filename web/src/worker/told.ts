/** What a page tells the worker. */
export type FromPage =
  /** A page is there: what it needs without a network is to be kept, and what nobody needs may go. */
  | { readonly type: 'here' }
  /** The person wants the version that waits. */
  | { readonly type: 'update' }

const types: readonly unknown[] = ['here', 'update'] satisfies FromPage['type'][]

const isObject = (data: unknown): data is object => typeof data === 'object' && data !== null

export const isFromPage = (data: unknown): data is FromPage =>
  isObject(data) && 'type' in data && types.includes(data.type)

/** What an unlocked page knows of a push, which itself says nothing. */
export type Answer = {
  /** It was told of already, or is not to be. */
  readonly quiet: boolean
  /** What the notification says in place of the worker's own words. */
  readonly words?: { readonly title: string; readonly body: string }
}

export const isAnswer = (data: unknown): data is Answer => isObject(data) && 'quiet' in data

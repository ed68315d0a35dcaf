const memory = 'kez-push'

/**
 * What the app leaves for its worker, which has no keys and so cannot read the sealed storage: the endpoint that the
 * server knows, when a test push was asked for (unix ms), and the language. Nothing in it names a person.
 */
export type Note = 'endpoint' | 'test' | 'language'

const addressOf = (note: Note): string => `/kez-push/${note}`

export const readNote = async (note: Note): Promise<string | undefined> =>
  (await (await caches.open(memory)).match(addressOf(note)))?.text()

export const leaveNote = async (note: Note, text: string): Promise<void> =>
  (await caches.open(memory)).put(addressOf(note), new Response(text))

export const forgetNotes = async (): Promise<void> => {
  await caches.delete(memory)
}

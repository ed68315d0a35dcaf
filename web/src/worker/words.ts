import { readNote } from '../notifications/notes.ts'
import { worker as german } from '../strings/de/worker.ts'
import { worker as english } from '../strings/en/worker.ts'

/** In the language of the app; where the app has left no word of it, in that of the browser. */
export const words = async (): Promise<typeof english> => {
  const language = (await readNote('language')) ?? navigator.language
  return language.split('-')[0] === 'de' ? german : english
}

export { english }

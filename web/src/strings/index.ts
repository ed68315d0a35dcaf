import { en, type Strings } from './en.ts'

/** The languages beside English; a catalogue is fetched only by who reads it. */
const others: ReadonlyMap<string, () => Promise<Strings>> = new Map([
  ['de', () => import('./de.ts').then((part) => part.de)],
])

/** The words of the app, in the first language of the reader that it speaks. Read when a view is drawn, never before. */
export let t: Strings = en

/** For dates and numbers. */
export let locale = 'en'

/** Before the first view is drawn. A catalogue that does not load leaves English. */
export const chooseLanguage = async (wanted: readonly string[] = navigator.languages): Promise<void> => {
  for (const tag of wanted) {
    const language = tag.split('-')[0] ?? ''
    const load = others.get(language)
    if (language !== 'en' && !load) continue
    t = (await load?.().catch(() => undefined)) ?? en
    locale = load && t === en ? 'en' : tag
    return
  }
}

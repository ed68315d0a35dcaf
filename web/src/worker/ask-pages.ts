import { scope } from './scope.ts'
import { type Answer, isAnswer } from './told.ts'

const patience = 2_500

/** Asks the pages that are open what the push is for: one that is unlocked knows. Undefined where none answers in time. */
export const askPages = async (): Promise<Answer | undefined> => {
  const pages = await scope.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (pages.length === 0) return undefined
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), patience)
    for (const page of pages) {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = ({ data }) => {
        if (isAnswer(data)) resolve(data)
      }
      page.postMessage('push', [port2])
    }
  })
}

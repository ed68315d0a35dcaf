import type { talk as en } from '../en/talk.ts'

export const talk: typeof en = {
  cameLate: 'Eine Nachricht kam verspätet: Sie steht weiter oben.',
}

import type { worker as english } from '../en/worker.ts'

export const worker: typeof english = {
  title: 'kez',
  something: 'Etwas Neues ist da.',
  test: 'Das ist der Test, den du wolltest. Er ist angekommen.',
}

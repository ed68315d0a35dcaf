import { IDBObjectStore } from 'fake-indexeddb'

/** How the stand-in for IndexedDB makes a request whose answer, or failure, comes later. */
type Transaction = { _execRequestAsync(job: { operation: () => never; source: unknown }): IDBRequest }

const full = (): never => {
  throw new DOMException('no space', 'QuotaExceededError')
}

/** While it is full, whatever is put into IndexedDB is refused as a browser without space does it. */
export const fillDevice = () => {
  const { put, add } = IDBObjectStore.prototype
  const refuse = function (this: { readonly transaction: Transaction }): IDBRequest {
    return this.transaction._execRequestAsync({ operation: full, source: this })
  }
  Object.assign(IDBObjectStore.prototype, { put: refuse, add: refuse })
  return {
    free: (): void => {
      Object.assign(IDBObjectStore.prototype, { put, add })
    },
  }
}

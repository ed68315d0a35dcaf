/** What is dragged or pasted, as far as it is files. */
export type Dropped = { readonly files: readonly File[]; readonly folders: readonly string[] }

export const carriesFiles = (data: DataTransfer | null): boolean => data?.types.includes('Files') === true

/** What was dropped; folders by their names, for a browser gives a folder as a file that cannot be read. */
export const droppedIn = (data: DataTransfer | null): Dropped => {
  const items = [...(data?.items ?? [])].filter(({ kind }) => kind === 'file')
  const isFolder = (item: DataTransferItem): boolean => item.webkitGetAsEntry?.()?.isDirectory === true
  const files = items.filter((item) => !isFolder(item)).map((item) => item.getAsFile())
  return {
    files: files.filter((file) => file !== null),
    folders: items.filter(isFolder).map((item) => item.getAsFile()?.name ?? ''),
  }
}

/** What was pasted. Office programs put a picture of the text beside it: who copies a text means the text. */
export const pastedIn = (data: DataTransfer | null): readonly File[] => {
  const isText = data?.types.includes('text/plain') === true && data.types.includes('text/html')
  return !data || isText ? [] : [...data.files]
}

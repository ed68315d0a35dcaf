/** How a notification of ours looks: a second one takes the place of the first. */
export const looks = (body: string, { quiet }: { readonly quiet: boolean }) => ({
  ...{ body, icon: '/icon-192.png', tag: 'kez-wake' },
  // Heard again, or not at all.
  ...(quiet ? { silent: true } : { renotify: true }),
})

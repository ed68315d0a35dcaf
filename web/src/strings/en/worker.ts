/** What the worker says without the app: its catalogue is apart, since it loads nothing else. */
export const worker = {
  title: 'kez',
  something: 'Something new has come.',
  test: 'This is the test you asked for. It has come.',
}

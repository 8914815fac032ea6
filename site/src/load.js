/** Fetch a file; a status other than success is an error. */
export async function fetchFile(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  return response;
}

/** Return a function that loads once, however often it is called; after a failure, the next call loads anew. */
export function once(load) {
  let loading;
  const forget = (error) => {
    loading = null;
    throw error;
  };
  return () => (loading ??= load().catch(forget));
}

import { contextBridge, ipcRenderer } from 'electron';

// Two functions, never more. What they may ask is the contract's business: the one dispatch behind them checks it all.
contextBridge.exposeInMainWorld('chatelaine', {
  call: (name: unknown, input: unknown, proof?: unknown): Promise<unknown> =>
    ipcRenderer.invoke('call', name, input, proof),
  onChange(listener: (keys: unknown) => void): () => void {
    const tell = (_event: unknown, keys: unknown): void => listener(keys);
    ipcRenderer.on('changed', tell);
    return () => void ipcRenderer.off('changed', tell);
  },
});

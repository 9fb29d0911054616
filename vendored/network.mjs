// What draws networks: one global, `Network`, for the pages that need it.
import Graph from "graphology";
import Sigma from "sigma";

globalThis.Network = { Graph, Sigma };

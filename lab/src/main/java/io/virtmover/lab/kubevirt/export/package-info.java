// SPDX-License-Identifier: Apache-2.0
/**
 * The controller of VirtualMachineExport: for each export a Service, an exporter pod with a server
 * certificate of its own, and the links to what it serves. The pod only forwards: its environment
 * names the listener that answers, see {@link io.virtmover.lab.kubevirt.ExportListeners}.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.kubevirt.export;

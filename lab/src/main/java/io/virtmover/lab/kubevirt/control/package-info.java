// SPDX-License-Identifier: Apache-2.0
/**
 * What drives a controller: a work queue with the rules of client-go, because how often and how
 * soon KubeVirt's controllers look again can be seen from outside.
 */
@org.jspecify.annotations.NullMarked
package io.virtmover.lab.kubevirt.control;

// SPDX-License-Identifier: Apache-2.0
/**
 * A page that shows what the controller does, and the same as a document. It is off unless it is
 * wanted, shows what its viewer may list with kubectl, and reads caches alone.
 */
@NullMarked
package io.virtmover.controller.page;

import org.jspecify.annotations.NullMarked;

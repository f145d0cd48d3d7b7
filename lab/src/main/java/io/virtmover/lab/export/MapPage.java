// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.export;

import java.util.List;
import java.util.OptionalLong;

/** One answer of the map endpoint. */
record MapPage(List<Extent> extents, OptionalLong nextOffset) {
  record Extent(long offset, long length, int type) {}

  private static final String[] FULL = {"data", "hole", "zero", "hole,zero"};
  private static final String[] INCREMENTAL = {"clean", "dirty", "zero", "dirty,zero"};

  /** As Go's encoder writes it, with the line break at the end. */
  String toJson(boolean incremental) {
    var words = incremental ? INCREMENTAL : FULL;
    var json = new StringBuilder(64 * extents.size() + 64).append("{\"extents\":[");
    for (var i = 0; i < extents.size(); i++) {
      var extent = extents.get(i);
      json.append(i == 0 ? "" : ",")
          .append("{\"offset\":")
          .append(extent.offset)
          .append(",\"length\":")
          .append(extent.length)
          .append(",\"type\":")
          .append(extent.type)
          .append(",\"description\":\"")
          .append(words[extent.type])
          .append("\"}");
    }
    return json.append("],\"next_offset\":")
        .append(nextOffset.isPresent() ? Long.toString(nextOffset.getAsLong()) : "null")
        .append("}\n")
        .toString();
  }
}

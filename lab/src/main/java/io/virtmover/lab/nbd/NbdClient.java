// SPDX-License-Identifier: Apache-2.0
package io.virtmover.lab.nbd;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One connection to one export (NBD protocol, doc/proto.md: fixed newstyle handshake, structured
 * replies, meta contexts). Not thread-safe.
 */
public final class NbdClient implements AutoCloseable {
  /** A run of bytes with the flags of one meta context. */
  public record Extent(long offset, long length, int flags) {}

  private static final long MAGIC = 0x4e42444d41474943L;
  private static final long OPTION_MAGIC = 0x49484156454f5054L;
  private static final long REPLY_MAGIC = 0x3e889045565a9L;
  private static final int REQUEST_MAGIC = 0x25609513;
  private static final int STRUCTURED_MAGIC = 0x668e33ef;
  private static final int SIMPLE_MAGIC = 0x67446698;

  private static final int OPT_GO = 7;
  private static final int OPT_STRUCTURED_REPLY = 8;
  private static final int OPT_SET_META_CONTEXT = 10;
  private static final int REP_ACK = 1;
  private static final int REP_INFO = 3;
  private static final int REP_META_CONTEXT = 4;

  private static final short CMD_READ = 0;
  private static final short CMD_DISCONNECT = 2;
  private static final short CMD_BLOCK_STATUS = 7;

  private static final int CHUNK_NONE = 0;
  private static final int CHUNK_DATA = 1;
  private static final int CHUNK_HOLE = 2;
  private static final int CHUNK_STATUS = 5;
  private static final int LAST_CHUNK = 1;

  private final SocketChannel channel;
  private final Map<Integer, String> contexts = new LinkedHashMap<>();
  private long size;
  private long handle;

  private NbdClient(SocketChannel channel) {
    this.channel = channel;
  }

  /** Opens an export with the meta contexts that it has of those asked for. */
  public static NbdClient connect(Path socket, String export, List<String> contexts)
      throws IOException {
    var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.connect(UnixDomainSocketAddress.of(socket));
      var client = new NbdClient(channel);
      client.negotiate(export, contexts);
      return client;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Bytes in the export. */
  public long size() {
    return size;
  }

  private void negotiate(String export, List<String> wanted) throws IOException {
    var greeting = receive(18);
    if (greeting.getLong() != MAGIC || greeting.getLong() != OPTION_MAGIC) {
      throw new IOException("not a newstyle NBD server");
    }
    send(ByteBuffer.allocate(4).putInt(3).flip());
    option(OPT_STRUCTURED_REPLY, ByteBuffer.allocate(0));
    awaitAck();
    if (!wanted.isEmpty()) {
      option(OPT_SET_META_CONTEXT, metaContexts(export, wanted));
      awaitAck();
    }
    var name = export.getBytes(StandardCharsets.UTF_8);
    option(
        OPT_GO,
        ByteBuffer.allocate(6 + name.length)
            .putInt(name.length)
            .put(name)
            .putShort((short) 0)
            .flip());
    awaitAck();
  }

  private static ByteBuffer metaContexts(String export, List<String> wanted) {
    var name = export.getBytes(StandardCharsets.UTF_8);
    var length = 8 + name.length;
    for (var context : wanted) {
      length += 4 + context.getBytes(StandardCharsets.UTF_8).length;
    }
    var bytes = ByteBuffer.allocate(length).putInt(name.length).put(name).putInt(wanted.size());
    for (var context : wanted) {
      var text = context.getBytes(StandardCharsets.UTF_8);
      bytes.putInt(text.length).put(text);
    }
    return bytes.flip();
  }

  private void option(int option, ByteBuffer data) throws IOException {
    send(
        ByteBuffer.allocate(16)
            .putLong(OPTION_MAGIC)
            .putInt(option)
            .putInt(data.remaining())
            .flip());
    send(data);
  }

  private void awaitAck() throws IOException {
    while (true) {
      var head = receive(20);
      if (head.getLong() != REPLY_MAGIC) {
        throw new IOException("not an NBD option reply");
      }
      head.getInt();
      var type = head.getInt();
      var data = receive(head.getInt());
      switch (type) {
        case REP_ACK -> {
          return;
        }
        case REP_INFO -> {
          if (data.getShort() == 0) {
            size = data.getLong();
          }
        }
        case REP_META_CONTEXT -> {
          var id = data.getInt();
          contexts.put(id, StandardCharsets.UTF_8.decode(data).toString());
        }
        default ->
            throw new IOException("the NBD server refused: " + StandardCharsets.UTF_8.decode(data));
      }
    }
  }

  /** Reads bytes. */
  public void read(long offset, ByteBuffer into) throws IOException {
    var start = into.position();
    request(CMD_READ, offset, into.remaining());
    for (var last = false; !last; ) {
      var chunk = chunk();
      last = chunk.last;
      switch (chunk.type) {
        case CHUNK_DATA -> {
          var at = chunk.data.getLong();
          into.put(
              (int) (start + at - offset),
              chunk.data,
              chunk.data.position(),
              chunk.data.remaining());
        }
        case CHUNK_HOLE -> {
          var at = chunk.data.getLong();
          into.put((int) (start + at - offset), new byte[chunk.data.getInt()]);
        }
        case CHUNK_NONE -> {}
        default -> throw chunk.failure();
      }
    }
    into.position(into.limit());
  }

  /**
   * Asks for the extents of {@code [offset, offset + length)}; the answer may end earlier.
   *
   * @param length below 4 GiB
   */
  public Map<String, List<Extent>> blockStatus(long offset, long length) throws IOException {
    request(CMD_BLOCK_STATUS, offset, (int) length);
    var all = new LinkedHashMap<String, List<Extent>>();
    for (var last = false; !last; ) {
      var chunk = chunk();
      last = chunk.last;
      switch (chunk.type) {
        case CHUNK_STATUS -> {
          var context = contexts.getOrDefault(chunk.data.getInt(), "?");
          var extents = new ArrayList<Extent>(chunk.data.remaining() / 8);
          for (var at = offset; chunk.data.hasRemaining(); ) {
            var extentLength = Integer.toUnsignedLong(chunk.data.getInt());
            extents.add(new Extent(at, extentLength, chunk.data.getInt()));
            at += extentLength;
          }
          all.put(context, extents);
        }
        case CHUNK_NONE -> {}
        default -> throw chunk.failure();
      }
    }
    return all;
  }

  private record Chunk(int type, boolean last, ByteBuffer data) {
    IOException failure() {
      var error = data.remaining() >= 4 ? data.getInt() : 0;
      return new IOException("NBD error %d (chunk type %x)".formatted(error, type));
    }
  }

  private Chunk chunk() throws IOException {
    var magic = receive(4).getInt();
    if (magic == SIMPLE_MAGIC) {
      var head = receive(12);
      var error = head.getInt();
      if (error != 0) {
        throw new IOException("NBD error " + error);
      }
      return new Chunk(CHUNK_NONE, true, ByteBuffer.allocate(0));
    }
    if (magic != STRUCTURED_MAGIC) {
      throw new IOException("not an NBD reply");
    }
    var head = receive(16);
    var flags = head.getShort();
    var type = Short.toUnsignedInt(head.getShort());
    head.getLong();
    return new Chunk(type, (flags & LAST_CHUNK) != 0, receive(head.getInt()));
  }

  private void request(short command, long offset, int length) throws IOException {
    send(
        ByteBuffer.allocate(28)
            .putInt(REQUEST_MAGIC)
            .putShort((short) 0)
            .putShort(command)
            .putLong(++handle)
            .putLong(offset)
            .putInt(length)
            .flip());
  }

  private void send(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private ByteBuffer receive(int length) throws IOException {
    var bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("the NBD server closed the connection");
      }
    }
    return bytes.flip();
  }

  @Override
  public void close() throws IOException {
    try {
      request(CMD_DISCONNECT, 0, 0);
    } catch (IOException e) {
      // The server may be gone already.
    }
    channel.close();
  }
}

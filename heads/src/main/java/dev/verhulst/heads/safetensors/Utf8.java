package dev.verhulst.heads.safetensors;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 that is refused where it is broken, not repaired. */
final class Utf8 {

  private Utf8() {}

  static String decode(byte[] bytes) throws SafeTensorsException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new SafeTensorsException("the header is not UTF-8 text", e);
    }
  }
}

package dev.verhulst.service.compression;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptedCodingsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          gzip                               | GZIP
          deflate                            | DEFLATE
          identity                           | IDENTITY
          GZip                               | GZIP
          x-gzip                             | GZIP
          'gzip, deflate'                    | GZIP
          'deflate, gzip'                    | GZIP
          'deflate, gzip;q=0.5'              | DEFLATE
          'deflate;q=0.501, gzip;q=0.5'      | DEFLATE
          'gzip;q=0.001'                     | GZIP
          'gzip;q=0'                         | IDENTITY
          'gzip;q=0, deflate;q=0.000'        | IDENTITY
          'gzip;q=0, deflate'                | DEFLATE
          'identity, gzip;q=0.9'             | IDENTITY
          'identity;q=0.5, gzip;q=0.5'       | GZIP
          'identity;q=0.5, gzip'             | GZIP
          'br'                               | IDENTITY
          'br, zstd, gzip;q=0.1'             | GZIP
          'br;q=1.0, gzip;q=0.8, *;q=0.1'    | GZIP
          '*'                                | IDENTITY
          '*;q=0'                            | IDENTITY
          'identity;q=0, *'                  | GZIP
          'identity;q=0, gzip;q=0, *;q=0.5'  | DEFLATE
          'gzip;q=0.2, *;q=0.8'              | IDENTITY
          ''                                 | IDENTITY
          ', ,gzip ;  q=0.5  ,'              | GZIP
          'gzip;q=much'                      | IDENTITY
          'gzip;q=-1, deflate;q=0.1'         | DEFLATE
          'gzip;q=1.5, deflate;q=0.1'        | DEFLATE
          'gzip;level=9'                     | IDENTITY
          """)
  void weighsWhatAClientNames(String header, ContentCoding expected) {
    assertThat(AcceptedCodings.choose(Collections.enumeration(List.of(header))))
        .isEqualTo(expected);
  }

  @Test
  void readsSeveralLinesAsOne() {
    assertThat(
            AcceptedCodings.choose(
                Collections.enumeration(List.of("gzip;q=0.2", "deflate;q=0.3", "identity;q=0.1"))))
        .isEqualTo(ContentCoding.DEFLATE);
  }

  @Test
  void compressesNothingForThoseWhoDoNotAsk() {
    assertThat(AcceptedCodings.choose(null)).isEqualTo(ContentCoding.IDENTITY);
    assertThat(AcceptedCodings.choose(Collections.emptyEnumeration()))
        .isEqualTo(ContentCoding.IDENTITY);
  }
}

import com.adobe.epubcheck.tool.EpubChecker;

/**
 * Checks EPUB files with EPUBCheck, all of them in one machine: to start one takes longer than to check a book.
 * Usage: Check FILE... Prints what its command line would, then one line a file. Exit 0 when all pass, 1 otherwise.
 */
public class Check {
  public static void main(String[] args) {
    int failed = 0;
    for (String file : args) {
      int code = 1;
      try {
        code = new EpubChecker().run(new String[] {"--failonwarnings", "-q", file});
      } catch (RuntimeException | StackOverflowError error) {
        System.out.println(error);
      }
      System.out.println(file + " epubcheck " + (code == 0 ? "PASS" : "FAIL"));
      failed += code == 0 ? 0 : 1;
    }
    System.exit(failed > 0 ? 1 : 0);
  }
}

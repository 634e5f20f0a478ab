package io.mainstem.api;

import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What a source asks another system, and what that answers: kept while it is asked for real, and given again when it is not asked.
 * The runtime keeps what it takes in a file for people, and puts a mask in the place of each secret that it knows. Thread-safe.
 */
public interface Tape {

    /** Whether answers come from the tape. Then there is nobody to wait for: who would be asked to come later comes at once. */
    boolean isPlaying();

    /**
     * The answer to a request.
     *
     * @param request what makes it this request and no other, without secrets, for a person to read: names with text, numbers,
     *     booleans, lists and maps. The same request must look the same each time, so it has nothing of chance in it, and no time but
     *     that of {@link Context#clock()}
     * @param live asks the other system, and gives the answer as it may be kept. It is not called while the tape plays
     * @return what {@code live} gave, or what it gave when this request was kept
     * @throws StopException when the tape plays and does not have this request
     * @throws Exception what {@code live} throws; nothing is kept then
     */
    Map<String, Object> answer(Map<String, Object> request, Callable<Map<String, Object>> live) throws Exception;

    /** Something that nobody may see, and that the connector came to know by itself, such as a token: it is masked wherever it stands. */
    void hide(String secret);
}

package io.mainstem.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mainstem.api.Message;
import io.mainstem.api.Plan;
import io.mainstem.api.Schema;
import io.mainstem.runtime.codec.JsonRows;
import io.mainstem.runtime.codec.UnencodableException;
import io.mainstem.runtime.plan.DeliveryPlan;
import io.mainstem.runtime.plan.PipelinePlan;
import io.mainstem.runtime.plan.PlanReport;
import io.mainstem.runtime.plan.RowSample;
import io.mainstem.runtime.plan.SinkPlan;
import io.mainstem.runtime.plan.SourcePlan;
import io.mainstem.runtime.plan.StepTrace;
import io.mainstem.runtime.plan.StreamPlan;
import io.mainstem.runtime.plan.TopicPlan;
import io.mainstem.runtime.worker.Failure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A plan for programs; {@code docs/plan.md} says what each name means. */
final class PlanJson {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader EXACT = JSON.reader(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

    private PlanJson() {}

    static ObjectNode of(PlanReport report, Console console) {
        ObjectNode node = JsonResult.object()
                .put("unchanged", report.isUnchanged())
                .put("create", report.count(Plan.Change.CREATE))
                .put("alter", report.count(Plan.Change.ALTER))
                .put("failures", report.failures())
                .put("warnings", report.warnings());
        ArrayNode pipelines = node.putArray("pipelines");
        report.pipelines().forEach(pipeline -> pipelines.add(pipeline(pipeline, console)));
        return node;
    }

    private static ObjectNode pipeline(PipelinePlan plan, Console console) {
        ObjectNode node = JsonResult.object().put("name", plan.name()).put("file", console.place(plan.file()));
        ArrayNode sources = node.putArray("sources");
        plan.sources().forEach(source -> sources.add(source(source)));
        ArrayNode topics = node.putArray("topics");
        plan.topics().forEach(topic -> topics.add(topic(topic)));
        ArrayNode sinks = node.putArray("sinks");
        plan.sinks().forEach(sink -> sinks.add(sink(sink)));
        texts(node, "gone", plan.gone());
        return node;
    }

    private static ObjectNode source(SourcePlan plan) {
        ObjectNode node = JsonResult.object()
                .put("name", plan.name())
                .put("connector", plan.connector())
                .put("schedule", plan.schedule())
                .put("effect", word(plan.effect()))
                .put("splits", plan.splits())
                .put("finishedSplits", plan.finished())
                .put("connectorShowsRequests", plan.isPlannable());
        ArrayNode streams = node.putArray("streams");
        plan.streams().forEach(stream -> streams.add(stream(stream)));
        failure(node, plan.failure());
        return node;
    }

    private static ObjectNode stream(StreamPlan plan) {
        ObjectNode node = JsonResult.object().put("name", plan.schema().name());
        texts(node, "topics", plan.topics());
        node.put("splits", plan.splits());
        ArrayNode starts = node.putArray("starts");
        plan.starts().forEach(start -> {
            ObjectNode one = starts.addObject().put("split", start.split());
            start.position().ifPresent(position -> one.set("position", JSON.valueToTree(position.values())));
        });
        node.set("fields", fields(plan.schema().schema()));
        texts(node, "key", plan.schema().key());
        plan.plan().ifPresent(found -> connector(node, found));
        sample(node, plan.sample());
        steps(node, plan.steps());
        texts(node, "warnings", plan.warnings());
        failure(node, plan.failure());
        return node;
    }

    private static ArrayNode fields(Schema schema) {
        ArrayNode fields = JsonResult.array();
        schema.fields()
                .forEach(field -> fields.addObject()
                        .put("name", field.name())
                        .put("type", field.type().toString())
                        .put("nullable", field.isNullable()));
        return fields;
    }

    /** What the connector says. */
    private static void connector(ObjectNode node, Plan plan) {
        plan.target().ifPresent(target -> node.put("target", target).put("change", word(plan.change())));
        requests(node, "changes", plan.changes());
        requests(node, "requests", plan.requests());
        ArrayNode columns = node.putArray("columns");
        plan.columns()
                .forEach(column -> columns.addObject()
                        .put("field", column.field())
                        .put("name", column.name())
                        .put("type", column.type())
                        .put("change", word(column.change())));
        texts(node, "explanation", plan.explanation());
    }

    private static void requests(ObjectNode node, String name, List<Plan.Request> requests) {
        ArrayNode array = node.putArray(name);
        requests.forEach(
                request -> array.addObject().put("purpose", request.purpose()).put("text", request.text()));
    }

    private static void sample(ObjectNode node, RowSample sample) {
        ArrayNode rows = node.putArray("rows");
        sample.rows().forEach(message -> rows.add(message(message)));
        ArrayNode bad = node.putArray("badRows");
        sample.bad().forEach(one -> bad.addObject().put("where", one.where()).put("why", one.why()));
        node.put("allRows", sample.isAll());
    }

    private static void steps(ObjectNode node, List<StepTrace> traces) {
        ArrayNode steps = node.putArray("steps");
        for (StepTrace trace : traces) {
            ObjectNode step = steps.addObject().put("step", trace.step());
            step.set("in", message(trace.in()));
            ArrayNode out = step.putArray("out");
            trace.out().forEach(message -> out.add(message(message)));
            trace.failure().ifPresent(why -> step.put("failure", why));
        }
    }

    private static JsonNode message(Message message) {
        try {
            return EXACT.readTree(Scrub.text(JsonRows.toJson(message)));
        } catch (JsonProcessingException | UnencodableException e) {
            return JSON.getNodeFactory().textNode(String.valueOf(message));
        }
    }

    private static ObjectNode topic(TopicPlan plan) {
        ObjectNode node = JsonResult.object()
                .put("name", plan.name())
                .put("change", word(plan.change()))
                .put("partitions", plan.partitions())
                .put("codec", word(plan.codec()));
        plan.key().ifPresent(key -> texts(node, "key", key));
        node.put("offsets", plan.offsets());
        ArrayNode settings = node.putArray("settings");
        plan.settings()
                .forEach(setting -> settings.addObject()
                        .put("name", setting.name())
                        .put("before", setting.before())
                        .put("after", setting.after()));
        plan.schema().ifPresent(schema -> {
            ObjectNode described =
                    node.putObject("schema").put("fate", word(schema.fate())).put("version", schema.version());
            described.set("fields", fields(schema.schema()));
            texts(described, "differences", schema.differences());
            texts(described, "problems", schema.problems());
        });
        failure(node, plan.failure());
        return node;
    }

    private static ObjectNode sink(SinkPlan plan) {
        ObjectNode node = JsonResult.object()
                .put("name", plan.name())
                .put("connector", plan.connector())
                .put("group", plan.group())
                .put("effect", word(plan.effect()))
                .put("delivery", plan.delivery().kind().word())
                .put("deliveryReason", plan.delivery().reason())
                .put("connectorShowsRequests", plan.isPlannable());
        texts(
                node,
                "capabilities",
                plan.capabilities().stream().map(PlanJson::word).toList());
        ArrayNode topics = node.putArray("topics");
        plan.deliveries().forEach(delivery -> topics.add(delivery(delivery)));
        failure(node, plan.failure());
        return node;
    }

    private static ObjectNode delivery(DeliveryPlan plan) {
        ObjectNode node = JsonResult.object().put("topic", plan.topic()).put("lag", plan.lag());
        ArrayNode starts = node.putArray("starts");
        plan.starts()
                .forEach(start -> starts.addObject()
                        .put("partition", start.partition())
                        .put("from", start.from())
                        .put("end", start.end())
                        .put("committed", start.isCommitted()));
        plan.schema().ifPresent(schema -> {
            node.set("fields", fields(schema.schema()));
            texts(node, "key", schema.key());
        });
        plan.plan().ifPresent(found -> connector(node, found));
        node.put("putOff", plan.isPutOff());
        sample(node, plan.sample());
        steps(node, plan.steps());
        texts(node, "warnings", plan.warnings());
        failure(node, plan.failure());
        return node;
    }

    private static void failure(ObjectNode node, Optional<Failure> failure) {
        failure.ifPresent(why -> node.putObject("failure")
                .put("kind", word(why.kind()))
                .put("message", why.message())
                .put("whatToDo", why.whatToDo()));
    }

    private static void texts(ObjectNode node, String name, List<String> texts) {
        ArrayNode array = node.putArray(name);
        texts.forEach(array::add);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

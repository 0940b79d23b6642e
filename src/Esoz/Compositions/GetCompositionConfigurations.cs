using System.Text.Json;
using Esoz.Platform.Json;

namespace Esoz.Compositions;

/// <summary>Get composition configurations by search params (compositions §17).</summary>
public static class GetCompositionConfigurations
{
    public static readonly MethodCard Card = new(
        "get-composition-configurations-by-search-params", "Get composition configurations by search params",
        "GET", "/api/composition_configurations", Family.IlMis, "composition_configuration:read")
    {
        Purpose = "Gets the settings in force by which compositions are checked",
        Handle = Handle,
        HasPersonalData = false,
        Query =
        [
            new("type", QueryType.Text, "Settings of this type of compositions.", "configuration.type = {0}"),
            new("category", QueryType.Text, "Settings of this category.", "configuration.category = {0}"),
            new("is_active", QueryType.Flag, "Active or inactive settings.", "configuration.is_active = {0}"),
            new("inserted_at_from", QueryType.Date, "Inserted on this day (UTC) or later.", $"{DayOf("inserted_at")} >= {{0}}"),
            new("inserted_at_to", QueryType.Date, "Inserted on this day (UTC) or earlier.", $"{DayOf("inserted_at")} <= {{0}}"),
            new("updated_at_from", QueryType.Date, "Changed on this day (UTC) or later.", $"{DayOf("updated_at")} >= {{0}}"),
            new("updated_at_to", QueryType.Date, "Changed on this day (UTC) or earlier.", $"{DayOf("updated_at")} <= {{0}}"),
            .. PageRequest.Parameters,
        ],
        Answer = typeof(IReadOnlyList<CompositionConfiguration>),
    };

    private static readonly RowMap<CompositionConfiguration> Configuration = new RowMap<CompositionConfiguration>("configuration")
        .Column(it => it.Type, "to_jsonb(configuration.type)", code => Concept(CompositionTerms.TypeSystem, code))
        .Column(it => it.Category, "to_jsonb(configuration.category)", code => Concept(CompositionTerms.CategorySystem, code))
        .Column(it => it.Value, "configuration.value", Values)
        .Column(it => it.Settings, "jsonb_build_object(configuration.name, configuration.value)", Settings);

    public static Task<Reply> Handle(QueryReader query, PostgresDatabase database, CancellationToken ct) =>
        new FilteredList("composition_configurations", "configuration")
            .Where("configuration.value IS NOT NULL")
            .Page(query, database, Configuration, ct);

    private static string DayOf(string column) => $"(configuration.{column} AT TIME ZONE 'UTC')::date";

    private static CodeableConcept Concept(string system, RawJson code) =>
        new([new(system, JsonSerializer.Deserialize<string>(code.Utf8.Span)!)]);

    private static IReadOnlyList<JsonElement> Values(RawJson json) => JsonSerializer.Deserialize<JsonElement[]>(json.Utf8.Span)!;

    private static IReadOnlyDictionary<string, CompositionConfiguration.Setting> Settings(RawJson json) =>
        JsonSerializer.Deserialize<Dictionary<string, JsonElement[]>>(json.Utf8.Span)!
            .ToDictionary(it => it.Key, it => new CompositionConfiguration.Setting(it.Value));
}

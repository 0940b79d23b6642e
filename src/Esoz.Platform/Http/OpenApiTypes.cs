using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Esoz.Platform.Json;

namespace Esoz.Platform.Http;

/// <summary>
/// Schemas of answer types, from the contract by which the serializer writes them: names, order, what may be null and what may be left out.
/// Every record is a component of its own.
/// </summary>
/// <param name="schemas">Gets the components.</param>
internal sealed class OpenApiTypes(OpenApiSchemas schemas)
{
    private static readonly DefaultJsonTypeInfoResolver Contracts = new();

    /// <param name="options">JSON options of the family.</param>
    public JsonObject Of(Type type, JsonSerializerOptions options) => Of(type, new(options) { TypeInfoResolver = Contracts }, null);

    private JsonObject Of(Type type, JsonSerializerOptions options, string? member)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return OpenApiSchemas.OrNull(Of(value, options, member));
        if (type == typeof(RawJson) || type == typeof(JsonElement) || type == typeof(object))
            return schemas.Stored(member);
        var contract = options.GetTypeInfo(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Object => schemas.Component(NameOf(type), type, () => ObjectOf(contract, options)),
            JsonTypeInfoKind.Enumerable => OpenApiSchemas.ListOf(Of(contract.ElementType!, options, member)),
            JsonTypeInfoKind.Dictionary => MapOf(Of(contract.ElementType!, options, member)),
            _ => Value(type),
        };
    }

    private JsonObject ObjectOf(JsonTypeInfo contract, JsonSerializerOptions options)
    {
        var (members, required) = (new JsonObject(), new JsonArray());
        foreach (var property in contract.Properties.Where(property => property.Get is not null))
        {
            if (property.IsExtensionData)
            {
                // Each by its name: in a class, a type for members of any name would have to fit all the others too.
                var schemaOfEach = Of(property.PropertyType, options, property.Name)["additionalProperties"]!;
                foreach (var name in schemas.NamesOf(property.Name))
                    members[name] = schemaOfEach.DeepClone();
                continue;
            }
            var ignored = property.AttributeProvider!.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
                .Cast<JsonIgnoreAttribute>().SingleOrDefault()?.Condition ?? JsonIgnoreCondition.Never;
            if (ignored == JsonIgnoreCondition.Always)
                continue;
            JsonObject schema;
            if (ignored != JsonIgnoreCondition.Never)
            {
                // It is left out instead of being null.
                schema = Of(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, options, property.Name);
            }
            else
            {
                required.Add((JsonNode)property.Name);
                schema = Of(property.PropertyType, options, property.Name);
                if (property.IsGetNullable && !property.PropertyType.IsValueType)
                    schema = OpenApiSchemas.OrNull(schema);
            }
            members[property.Name] = schema;
        }
        var shown = new JsonObject { ["type"] = "object" };
        if (required.Count > 0)
            shown["required"] = required;
        if (members.Count > 0)
            shown["properties"] = members;
        return shown;
    }

    private static JsonObject MapOf(JsonObject values) => new() { ["type"] = "object", ["additionalProperties"] = values };

    private static JsonObject Value(Type type) => type switch
    {
        _ when type == typeof(string) => new() { ["type"] = "string" },
        _ when type == typeof(Guid) => Text("uuid"),
        _ when type == typeof(DateTime) || type == typeof(DateTimeOffset) => Text("date-time"),
        _ when type == typeof(DateOnly) => Text("date"),
        _ when type == typeof(TimeOnly) => Text("time"),
        _ when type == typeof(Uri) => new() { ["type"] = "string" },
        _ when type == typeof(bool) => new() { ["type"] = "boolean" },
        _ when type == typeof(int) || type == typeof(short) => new() { ["type"] = "integer" },
        _ when type == typeof(long) => new() { ["type"] = "integer", ["format"] = "int64" },
        _ when type == typeof(double) || type == typeof(decimal) => new() { ["type"] = "number" },
        _ when type.IsEnum => new() { ["type"] = "string" },
        _ => throw new NotSupportedException($"OpenAPI: no schema is known for {type}."),
    };

    private static JsonObject Text(string format) => new() { ["type"] = "string", ["format"] = format };

    /// <summary>A part of another record has its name before its own.</summary>
    private static string NameOf(Type type) => type.DeclaringType is { IsAbstract: false } whole ? NameOf(whole) + type.Name : type.Name;
}

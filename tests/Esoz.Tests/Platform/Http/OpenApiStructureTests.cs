using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Esoz.BulkExport;
using Esoz.Codes;
using Esoz.Platform.Http;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Platform.Http;

/// <summary>What generators of clients and other tools need of the OpenAPI document, checked over the whole of it.</summary>
public sealed partial class OpenApiStructureTests
{
    /// <summary>No whole number above it is the same in every language.</summary>
    private const double MaxNumber = 1e15;

    private static readonly JsonElement Document = JsonSerializer.SerializeToElement(ApiDocument.Kept());

    private static readonly JsonElement Components = Document.GetProperty("components").GetProperty("schemas");

    [Fact(DisplayName = "docs/openapi.json is the document of this build, whatever its version")]
    public void Kept()
    {
        var kept = JsonNode.Parse(SourceTree.Read("docs/openapi.json"))!.AsObject();
        var built = ApiDocument.Kept();
        kept["info"]!["version"] = built["info"]!["version"]!.DeepClone();

        Assert.True(
            JsonNode.DeepEquals(kept, built) && kept.ToJsonString() == built.ToJsonString(),
            "The methods have changed: renew the file with ./esoz openapi > docs/openapi.json");
    }

    [Fact(DisplayName = "Every schema says what its values are: none is true, and only what anything may be in is open")]
    public void Typed()
    {
        string[] kinds = ["type", "$ref", "oneOf", "anyOf", "allOf", "required", "not"];
        var untyped = Schemas().Where(schema => schema.Value.ValueKind != JsonValueKind.Object
            || !schema.Value.EnumerateObject().Any(keyword => kinds.Contains(keyword.Name))).Select(schema => schema.Path);

        Assert.Equal(["BrokenRule/params/0/*", "BrokenRule/params/1/[]"], untyped.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("Any JSON value.", Document.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A reference is to a component, alone in its schema, and every component is used and named like a class")]
    public void References()
    {
        var references = Schemas().Where(schema => schema.Value.TryGetProperty("$ref", out _)).ToList();
        var targets = references.Select(schema => schema.Value.GetProperty("$ref").GetString()!).Distinct().Order(StringComparer.Ordinal);

        Assert.All(references, schema => Assert.Single(schema.Value.EnumerateObject()));
        Assert.Equal(
            Components.EnumerateObject().Select(schema => $"#/components/schemas/{schema.Name}").Order(StringComparer.Ordinal), targets);
        Assert.All(Components.EnumerateObject(), schema => Assert.Matches(ClassName(), schema.Name));
        Assert.DoesNotContain("$defs", Document.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A schema has one type, or one and null; a list says what its items are; bounds are numbers that clients have")]
    public void Types()
    {
        foreach (var (path, schema) in Schemas())
        {
            var types = TypesOf(schema);
            Assert.True(types.Count(type => type != "null") <= 1, path);
            Assert.True(!types.Contains("array") || schema.TryGetProperty("items", out _), path);
            foreach (var bound in new[] { "minimum", "maximum" })
            {
                if (schema.TryGetProperty(bound, out var number))
                    Assert.True(Math.Abs(number.GetDouble()) <= MaxNumber, $"{path}: {bound} {number}");
            }
        }
    }

    [Fact(DisplayName = "Operation ids are identifiers, each once")]
    public void OperationIds()
    {
        var ids = Operations().Select(operation => operation.GetProperty("operationId").GetString()!).ToList();

        Assert.All(ids, id => Assert.Matches(VariableName(), id));
        Assert.Equal(ids.Count, ids.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Contains("deactivateEmployeeRole", ids);
        Assert.Contains("getEmployeesBulk", ids);
    }

    [Fact(DisplayName = "Headers: api-key is also a parameter beside a bearer token; no tool is led to send an X-Request-ID")]
    public void Headers()
    {
        foreach (var card in Methods.All)
        {
            var headers = Parameters(card).Where(parameter => parameter.GetProperty("in").GetString() == "header")
                .ToDictionary(parameter => parameter.GetProperty("name").GetString()!);

            var hasKey = headers.TryGetValue("api-key", out var key) && key.GetProperty("required").GetBoolean();
            Assert.Equal(card.Family == Family.IlAdmin, hasKey);
            if (hasKey)
                Assert.Equal("{{apiKey}}", key.GetProperty("schema").GetProperty("default").GetString());
            var requestId = headers["X-Request-ID"];
            Assert.False(requestId.GetProperty("required").GetBoolean());
            Assert.Equal("""{"type":"string"}""", requestId.GetProperty("schema").GetRawText());
            Assert.False(requestId.TryGetProperty("example", out _) || requestId.TryGetProperty("examples", out _));
        }
    }

    [Fact(DisplayName = "A query parameter has a description, and the codes, bounds and default that the card declares")]
    public void QueryParameters()
    {
        foreach (var card in Methods.All)
        {
            var shown = Parameters(card).Where(parameter => parameter.GetProperty("in").GetString() == "query").ToList();

            Assert.Equal(
                card.Query.Select(parameter => parameter.Name), shown.Select(parameter => parameter.GetProperty("name").GetString()));
            foreach (var (declared, parameter) in card.Query.Zip(shown))
            {
                var schema = parameter.GetProperty("schema");
                Assert.StartsWith(
                    declared.Description.TrimEnd('.'), parameter.GetProperty("description").GetString(), StringComparison.Ordinal);
                Assert.Equal(declared.Default is not null, schema.TryGetProperty("default", out _));
                Assert.Equal(declared.Type.Name == "integer", schema.TryGetProperty("minimum", out _));
            }
        }
        var status = Parameters(Methods.All.Single(card => card.Path == "/api/employees"))
            .Single(parameter => parameter.GetProperty("name").GetString() == "status").GetProperty("schema");
        Assert.Equal("APPROVED", status.GetProperty("default").GetString());
        Assert.Contains("STOPPED", status.GetProperty("enum").EnumerateArray().Select(code => code.GetString()));
    }

    [Fact(DisplayName = "Required is what is always there: not the end of a job, a relation, or the values of an extension")]
    public void Required()
    {
        Assert.Equal(["eta", "id", "links", "status"], RequiredOf("AsyncJob"));
        Assert.Equal(["entity"], RequiredOf("JobLink"));
        Assert.Equal(["valueCode"], RequiredOf("CompositionExtension"));
        Assert.DoesNotContain("relatesTo", RequiredOf("Composition"));
        Assert.Contains("extension", RequiredOf("Composition"));
        var doneAt = Components.GetProperty("AsyncJob").GetProperty("properties").GetProperty("doneAt");
        Assert.Equal(("string", "date-time"), (doneAt.GetProperty("type").GetString(), doneAt.GetProperty("format").GetString()));

        static IEnumerable<string> RequiredOf(string component) =>
            Components.GetProperty(component).GetProperty("required").EnumerateArray().Select(member => member.GetString()!);
    }

    [Fact(DisplayName = "A bulk method declares its records and removals, its media types and the statuses of ranges and conditions")]
    public void Bulk()
    {
        var downloads = Methods.All.Where(card => card.Records is not null).ToList();
        var removal = JsonElement.Parse("""{"id":"2c9e2f0b-6a35-4f0d-9a1f-5b8d7e4c1a60","removed_at":"2026-03-11T14:22:07.481Z"}""");
        var half = JsonElement.Parse("""{"id":"2c9e2f0b-6a35-4f0d-9a1f-5b8d7e4c1a60"}""");

        Assert.Equal(BulkResources.All.Count, downloads.Count);
        foreach (var card in downloads)
        {
            var responses = Operation(card).GetProperty("responses");
            var resource = BulkResources.All.Single(resource => card.Path.EndsWith($"/{resource.Name}", StringComparison.Ordinal));
            var record = Components.GetProperty($"{card.Handle.Method.DeclaringType!.Name}Record").GetProperty("properties");

            Assert.Equal(
                ["application/json", "application/x-ndjson", "application/octet-stream"], MediaTypes(responses.GetProperty("200")));
            Assert.Equal(["application/x-ndjson"], MediaTypes(responses.GetProperty("206")));
            Assert.False(responses.GetProperty("304").TryGetProperty("content", out _));
            Assert.Equal(["application/json"], MediaTypes(responses.GetProperty("416")));
            Assert.Equal(
                [.. resource.Members.Select(member => member.Name), .. resource.HasWindows ? ["removed_at"] : Array.Empty<string>()],
                record.EnumerateObject().Select(member => member.Name));
            var items = Components.GetProperty($"{card.Handle.Method.DeclaringType!.Name}Answer").GetProperty("properties")
                .GetProperty("data").GetProperty("items");
            Assert.Equal(resource.HasWindows, !Faults(removal, items, card.Id).Any());
            Assert.NotEmpty(Faults(half, items, card.Id));
        }

        static IEnumerable<string> MediaTypes(JsonElement response) =>
            response.GetProperty("content").EnumerateObject().Select(content => content.Name);
    }

    [Fact(DisplayName = "Every success has an example that fits its schema, and every body one that the method accepts")]
    public void Examples()
    {
        foreach (var card in Methods.All)
        {
            var operation = Operation(card);
            var success = operation.GetProperty("responses").GetProperty(card.Success.ToString(CultureInfo.InvariantCulture))
                .GetProperty("content").GetProperty("application/json");
            Assert.Empty(Faults(success.GetProperty("example"), success.GetProperty("schema"), card.Id));
            if (card.Body is not { } schema)
                continue;

            var body = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            var example = body.GetProperty("example");
            var texts = Texts(example).ToFrozenSet(StringComparer.Ordinal);
            var faults = schema.Evaluate(example, schema.CodeLists.ToDictionary(list => list, _ => texts));
            Assert.Empty(faults.Select(fault => $"{card.Id}: {fault}"));
            Assert.Empty(Faults(example, body.GetProperty("schema"), card.Id));
        }
    }

    [Fact(DisplayName = "The example of a composition is that of its page")]
    public void Composition()
    {
        var example = ApiDocument.Parts.Values["Composition"]!;
        var onPage = JsonBlock().Matches(SourceTree.Read("spec/compositions.md")).Select(block => block.Groups[1].Value)
            .Where(block => block.StartsWith("{\"identifier\"", StringComparison.Ordinal)).Select(block => JsonNode.Parse(block));

        Assert.Contains(onPage, page => JsonNode.DeepEquals(page, example));
    }

    [Fact(DisplayName = "The document says whom to ask, under which licence it is, and what every tag is about")]
    public void About()
    {
        var info = Document.GetProperty("info");

        Assert.NotEqual("", info.GetProperty("contact").GetProperty("name").GetString());
        Assert.Equal("Apache-2.0", info.GetProperty("license").GetProperty("identifier").GetString());
        Assert.All(Document.GetProperty("tags").EnumerateArray(), tag => Assert.NotEqual("", tag.GetProperty("description").GetString()));
    }

    [Fact(DisplayName = "There is one server: the public URL, otherwise where the document comes from; in the kept document the default address")]
    public void Servers()
    {
        Assert.Equal("https://api.example.ua", Server(Of("https://api.example.ua")));
        Assert.Equal("/", Server(Of("")));
        Assert.Equal("http://127.0.0.1:5080", Server(Document));

        static JsonElement Of(string url) =>
            JsonSerializer.SerializeToElement(OpenApi.Document(Methods.All, ApiDocument.Parts, new PublicUrl(url), "1.0.0"));
        static string Server(JsonElement document) =>
            Assert.Single(document.GetProperty("servers").EnumerateArray()).GetProperty("url").GetString()!;
    }

    [Fact(DisplayName = "Generators get a name for every code: where two would be the same word, the document says them")]
    public void NamesOfCodes()
    {
        foreach (var (path, schema) in Schemas().Where(schema => schema.Value.TryGetProperty("enum", out _)))
        {
            var names = schema.TryGetProperty("x-enumNames", out var own) ? own : schema.GetProperty("enum");
            var words = names.EnumerateArray().Select(name => NoWord().Replace(name.ToString(), "_")).ToList();
            Assert.True(words.Count == schema.GetProperty("enum").GetArrayLength() && words.Distinct().Count() == words.Count, path);
        }
        Assert.Equal(
            """["STOPPED","ENTERED_IN_ERROR","ENTERED_IN_ERROR_2"]""",
            Components.GetProperty("DeactivateEmployeeRequest").GetProperty("properties").GetProperty("status")
                .GetProperty("x-enumNames").GetRawText());
    }

    [Fact(DisplayName = "Qualifications of an employee are members of their own names, one for each type that has them, and the example has one")]
    public void QualificationsByType()
    {
        var members = Components.GetProperty("Employee").GetProperty("properties").EnumerateObject().Select(member => member.Name).ToList();
        var card = Methods.All.Single(it => it.Path == "/api/employees/{id}" && it.Verb == "GET");
        var example = Operation(card).GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json")
            .GetProperty("example").GetProperty("data");

        var types = EmployeeType.All.Select(type => type.ToLowerInvariant()).ToList();
        Assert.Equal(EmployeeType.All.Where(EmployeeType.HasRoleBlock).Select(type => type.ToLowerInvariant()), members.Intersect(types));
        Assert.Equal(["doctor"], example.EnumerateObject().Select(member => member.Name).Intersect(types));
        Assert.All(Components.EnumerateObject(), schema => Assert.False(
            schema.Value.TryGetProperty("properties", out _) && schema.Value.TryGetProperty("additionalProperties", out var others)
            && others.ValueKind == JsonValueKind.Object, schema.Name));
    }

    [Fact(DisplayName = "What a schema requires, it describes: also under a condition, and no format is one that generators do not know")]
    public void Described()
    {
        foreach (var (path, schema) in Schemas())
        {
            if (schema.TryGetProperty("required", out var required) && required.GetArrayLength() > 0)
            {
                var members = schema.GetProperty("properties");
                Assert.All(required.EnumerateArray(), name => Assert.True(members.TryGetProperty(name.GetString()!, out _), path));
            }
            if (schema.TryGetProperty("format", out var format))
                Assert.Contains(format.GetString()!, new[] { "uuid", "date", "date-time", "time", "email", "int64", "binary" });
        }
    }

    [Fact(DisplayName = "Operations, parameters, tags, components and their members are described in both languages; no text is left over")]
    public void BothLanguages()
    {
        var texts = JsonNode.Parse(SourceTree.Read("src/Esoz/ApiTexts.json"))!.AsObject();
        var members = Members().ToList();
        var operations = Methods.All.Select(Operation).ToList();
        var parameters = Methods.All.SelectMany(card => Parameters(card))
            .Where(parameter => parameter.GetProperty("in").GetString() != "header").ToList();

        Assert.All(operations, operation => Assert.Matches(Both(), DescriptionOf(operation)));
        Assert.All(Document.GetProperty("tags").EnumerateArray(), tag => Assert.Matches(Both(), DescriptionOf(tag)));
        Assert.All(parameters, parameter => Assert.Matches(Both(), DescriptionOf(parameter)));
        Assert.All(Components.EnumerateObject().Where(component => !OfOneMethod().IsMatch(component.Name)),
            component => Assert.True(Both().IsMatch(DescriptionOf(component.Value)), component.Name));
        Assert.All(members.Where(member => !member.Schema.TryGetProperty("$ref", out _)),
            member => Assert.True(Both().IsMatch(DescriptionOf(member.Schema)), $"{member.Owner}.{member.Name}"));

        var names = members.SelectMany(member => new[] { member.Name, $"{member.Owner}.{member.Name}" }).ToHashSet();
        Assert.Empty(Left("members").Except(names));
        Assert.Empty(Left("components").Except(Components.EnumerateObject().Select(component => component.Name)));
        Assert.Empty(Left("operations").Except(operations.Select(operation => operation.GetProperty("operationId").GetString()!)));
        Assert.Empty(Left("parameters").Except(parameters.Select(parameter => parameter.GetProperty("name").GetString()!)));

        IEnumerable<string> Left(string kind) => texts[kind]!.AsObject().Select(text => text.Key);
        static string DescriptionOf(JsonElement described) =>
            described.TryGetProperty("description", out var text) ? text.GetString()! : "";
    }

    /// <summary>Members of all components, with the component; not those of a condition.</summary>
    private static IEnumerable<(string Owner, string Name, JsonElement Schema)> Members() =>
        from schema in Schemas()
        where !schema.Path.Contains("/if", StringComparison.Ordinal)
        where schema.Value.ValueKind == JsonValueKind.Object && schema.Value.TryGetProperty("properties", out _)
        from member in schema.Value.GetProperty("properties").EnumerateObject()
        select (schema.Path.Split('/')[0], member.Name, member.Value);

    private static JsonElement Operation(MethodCard card) =>
        Document.GetProperty("paths").GetProperty(card.Path).GetProperty(card.Verb.ToLowerInvariant());

    private static IEnumerable<JsonElement> Operations() =>
        Document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(verb => verb.Value);

    private static JsonElement.ArrayEnumerator Parameters(MethodCard card) =>
        Operation(card).GetProperty("parameters").EnumerateArray();

    private static List<string> TypesOf(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];

    private static IEnumerable<string> Texts(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => [value.GetString()!],
        JsonValueKind.Object => value.EnumerateObject().SelectMany(member => Texts(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
        _ => [],
    };

    /// <summary>Every schema of the document with the schemas in it.</summary>
    private static IEnumerable<(string Path, JsonElement Value)> Schemas() =>
    [
        .. Components.EnumerateObject().SelectMany(component => Within(component.Name, component.Value)),
        .. Operations().SelectMany(operation => SchemasOf(operation.GetProperty("operationId").GetString()!, operation)),
    ];

    /// <summary>The members <c>schema</c> of an operation, of its parameters, bodies and headers.</summary>
    private static IEnumerable<(string Path, JsonElement Value)> SchemasOf(string path, JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => node.EnumerateObject().Where(member => member.Name is not ("example" or "examples"))
            .SelectMany(member => member.Name == "schema" ? Within(path, member.Value) : SchemasOf(path, member.Value)),
        JsonValueKind.Array => node.EnumerateArray().SelectMany(item => SchemasOf(path, item)),
        _ => [],
    };

    private static IEnumerable<(string Path, JsonElement Value)> Within(string path, JsonElement schema)
    {
        yield return (path, schema);
        if (schema.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var inner in Parts(path, schema).SelectMany(part => Within(part.Path, part.Value)))
            yield return inner;
    }

    private static IEnumerable<(string Path, JsonElement Value)> Parts(string path, JsonElement schema)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            var value = keyword.Value;
            var parts = keyword.Name switch
            {
                "properties" => value.EnumerateObject().Select(member => ($"{path}/{member.Name}", member.Value)),
                "items" => [($"{path}/[]", value)],
                "additionalProperties" when value.ValueKind != JsonValueKind.False => [($"{path}/*", value)],
                "if" or "then" => [($"{path}/allOf/{keyword.Name}", value)],
                "oneOf" => value.EnumerateArray().Select((one, i) => ($"{path}/{i}", one)),
                "allOf" => value.EnumerateArray().Select((one, i) => ($"{path}/allOf/{i}", one)),
                _ => [],
            };
            foreach (var part in parts)
                yield return part;
        }
    }

    /// <summary>Where a value does not fit a schema of the document.</summary>
    private static IEnumerable<string> Faults(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Faults(value, Components.GetProperty(reference.GetString()!.Split('/')[^1]), path);
        if (schema.TryGetProperty("oneOf", out var alternatives) || schema.TryGetProperty("anyOf", out alternatives))
            return alternatives.EnumerateArray().Any(one => !Faults(value, one, path).Any()) ? [] : [$"{path}: fits no alternative"];
        var types = TypesOf(schema);
        if (types.Count > 0 && !types.Contains(TypeOf(value)) && !(types.Contains("number") && TypeOf(value) == "integer"))
            return [$"{path}: {TypeOf(value)} instead of {string.Join(" or ", types)}"];
        if (schema.TryGetProperty("enum", out var codes) && !codes.EnumerateArray().Any(code => JsonElement.DeepEquals(code, value)))
            return [$"{path}: {value} is none of {codes}"];
        return value.ValueKind switch
        {
            JsonValueKind.Object => FaultsOfMembers(value, schema, path),
            JsonValueKind.Array when schema.TryGetProperty("items", out var items) =>
                value.EnumerateArray().SelectMany((item, i) => Faults(item, items, $"{path}[{i}]")),
            JsonValueKind.String => HasFormat(value, schema) ? [] : [$"{path}: {value} is no {schema.GetProperty("format")}"],
            _ => [],
        };
    }

    private static IEnumerable<string> FaultsOfMembers(JsonElement value, JsonElement schema, string path)
    {
        if (schema.TryGetProperty("required", out var required))
        {
            foreach (var name in required.EnumerateArray().Select(name => name.GetString()!))
            {
                if (!value.TryGetProperty(name, out _))
                    yield return $"{path}: {name} is missing";
            }
        }
        if (schema.TryGetProperty("if", out var condition) && condition.TryGetProperty("not", out var other)
            && !other.GetProperty("required").EnumerateArray().All(name => value.TryGetProperty(name.GetString()!, out _)))
        {
            // That a member is unknown is judged by the whole schema.
            foreach (var fault in FaultsOfMembers(value, schema.GetProperty("then"), path)
                .Where(fault => !fault.EndsWith("is unknown", StringComparison.Ordinal)))
                yield return fault;
        }
        if (!schema.TryGetProperty("properties", out var members))
            yield break;
        foreach (var member in value.EnumerateObject())
        {
            if (members.TryGetProperty(member.Name, out var own)
                || (schema.TryGetProperty("additionalProperties", out own) && own.ValueKind == JsonValueKind.Object))
            {
                foreach (var fault in Faults(member.Value, own, $"{path}.{member.Name}"))
                    yield return fault;
            }
            else
            {
                yield return $"{path}: {member.Name} is unknown";
            }
        }
    }

    private static bool HasFormat(JsonElement value, JsonElement schema) =>
        !schema.TryGetProperty("format", out var format) || format.GetString() switch
        {
            "uuid" => value.TryGetGuid(out _),
            "date-time" => value.TryGetDateTimeOffset(out _),
            "date" => DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            _ => true,
        };

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*$")]
    private static partial Regex ClassName();

    /// <summary>Words in Latin letters and in small Cyrillic ones.</summary>
    [GeneratedRegex("[A-Za-z]{2}(.|\n)*[а-щьюяґєії]{2}|[а-щьюяґєії]{2}(.|\n)*[A-Za-z]{2}")]
    private static partial Regex Both();

    /// <summary>What is the body or the answer of a single method has the description of the method.</summary>
    [GeneratedRegex("(Request|Answer|Record)$")]
    private static partial Regex OfOneMethod();

    [GeneratedRegex(@"\W")]
    private static partial Regex NoWord();

    [GeneratedRegex("^[a-z][A-Za-z0-9]*$")]
    private static partial Regex VariableName();

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}

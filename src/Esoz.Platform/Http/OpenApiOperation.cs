using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Esoz.Platform.Jobs;

namespace Esoz.Platform.Http;

/// <summary>The OpenAPI operation of one card: credentials, input, success, every documented refusal, and the errors of its job.</summary>
internal static partial class OpenApiOperation
{
    private const string Bearer = "bearer";
    private const string ApiKey = "api_key";

    public static JsonObject Of(MethodCard card, OpenApiSchemas schemas, OpenApiParts parts)
    {
        var operation = new JsonObject
        {
            ["operationId"] = card.OperationId,
            ["x-method-id"] = card.Id,
            ["tags"] = new JsonArray(Tag(card)),
            ["summary"] = card.Title,
            ["description"] = Description(card, parts.Texts),
            ["security"] = Security(card),
            ["x-scopes"] = Scopes(card),
            ["parameters"] = new JsonArray(
                [.. PathParameters(card, parts.Texts), .. card.Query.Select(parameter => InQuery(parameter, parts.Texts)),
                    .. card.Family == Family.IlAdmin ? [ApiKeyHeader()] : Array.Empty<JsonObject>(),
                    .. card.IsIdempotent ? [IdempotencyKeyHeader()] : Array.Empty<JsonObject>(), RequestIdHeader()]),
        };
        if (card.Body is not null)
        {
            var content = new JsonObject { ["schema"] = schemas.Request(card) };
            if (parts.Bodies[card.OperationId] is { } example)
                content["example"] = example.DeepClone();
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["description"] = $"At most {card.BodyLimit} bytes.",
                ["content"] = new JsonObject { [OpenApiResponses.Json] = content },
            };
        }
        operation["responses"] = OpenApiResponses.Of(card, schemas, parts);
        if (card.JobErrors.Count > 0)
            operation["x-job-errors"] = new JsonArray([.. JobErrors(card).Select(InExtension)]);
        return operation;
    }

    /// <summary>Name of the card, with which the names of its schemas begin.</summary>
    public static string Name(MethodCard card) => card.Handle.Method.DeclaringType!.Name;

    /// <summary>Functional area of the method: the folder of its card.</summary>
    public static string Tag(MethodCard card) => card.Handle.Method.DeclaringType!.Namespace!.Split('.')[^1];

    public static JsonObject SecuritySchemes() => new()
    {
        [Bearer] = new JsonObject
        {
            ["type"] = "http",
            ["scheme"] = "bearer",
            ["description"] = "User token; opaque, it names user and client."
        },
        [ApiKey] = new JsonObject
        {
            ["type"] = "apiKey",
            ["in"] = "header",
            ["name"] = "api-key",
            ["description"] = "Secret of a connected system."
        },
    };

    private static string Description(MethodCard card, OpenApiTexts texts)
    {
        var subjects = string.Join(
            ", then ", Gateway.StepsOf(card).Where(step => step.Challenge is not null).Select(step => step.Subject).Distinct());
        var credentials = card.Bearer is SignInBearer.Own or SignInBearer.OwnOrNone ? "A bearer token of sign-in, where the checks say so."
            : subjects.Length == 0 ? "Open: no credentials." : $"{char.ToUpperInvariant(subjects[0])}{subjects[1..]}.";
        var scopes = card.Scopes.Count == 0 ? ""
            : $" {(card.AnyScope ? "Any of the scopes" : "Scope")}: {string.Join(", ", card.Scopes.Select(scope => $"`{scope}`"))}.";
        return $"{card.Purpose}.\n\n{texts.Operation(card.OperationId)}\n\nMethod API ID `{card.Id}`. {credentials}{scopes}{JobErrorsInWords(card)}";
    }

    private static string JobErrorsInWords(MethodCard card)
    {
        if (card.JobErrors.Count == 0)
            return "";
        var rows = JobErrors(card).Select(check => (check, code: check.Refusal.Code!.Value))
            .Select(row => $"| {row.check.Number} | {row.check.Rule} | `{row.code.Name}` | `{row.code.Number}: {row.check.Refusal.Message}` |");
        return $"""


            Errors with which the job can end (`x-job-errors`), in the order of the checks:

            | # | What must hold | Name | Error |
            |---|---|---|---|
            {string.Join('\n', rows)}
            """;
    }

    /// <summary>The rules of the task, followed by the error that can end any job.</summary>
    internal static IEnumerable<Validation> JobErrors(MethodCard card) =>
        [.. card.JobErrors, new("–", "the server can carry it out in one of its attempts", JobTable.GivenUp)];

    private static JsonNode InExtension(Validation check) => new JsonObject
    {
        ["number"] = check.Number,
        ["rule"] = check.Rule,
        ["code"] = check.Refusal.Code!.Value.Number,
        ["name"] = check.Refusal.Code.Value.Name,
        ["message"] = check.Refusal.Message,
    };

    /// <summary>Alternative credentials. Scopes are only defined for OAuth, so tools reject them here: see <see cref="Scopes"/>.</summary>
    private static JsonArray Security(MethodCard card) => card.Family switch
    {
        Family.IlMis or Family.Mc => [AllOf(Bearer), AllOf(Bearer, ApiKey)],
        Family.IlAdmin => [AllOf(Bearer, ApiKey)],
        Family.PisBulk => [AllOf(ApiKey)],
        Family.Events => [AllOf(Bearer), AllOf(Bearer, ApiKey), AllOf(ApiKey)],
        Family.Open => [],
        Family.SignIn => card.Bearer switch
        {
            SignInBearer.None => [],
            SignInBearer.AccessToken or SignInBearer.Own => [AllOf(Bearer)],
            SignInBearer.OwnOrNone => [AllOf(), AllOf(Bearer)],
        },
    };

    private static JsonObject AllOf(params IEnumerable<string> schemes) =>
        new(schemes.Select(scheme => KeyValuePair.Create(scheme, (JsonNode?)new JsonArray())));

    /// <summary>Scopes that the credentials must have: <c>all</c>, or one of <c>any</c>.</summary>
    private static JsonObject Scopes(MethodCard card) =>
        new() { [card.AnyScope ? "any" : "all"] = new JsonArray([.. card.Scopes.Select(scope => JsonValue.Create(scope))]) };

    private static IEnumerable<JsonNode> PathParameters(MethodCard card, OpenApiTexts texts) =>
        PlaceInPath().Matches(card.Path).Select(place => place.Groups[1].Value).Select(name => new JsonObject
        {
            ["name"] = name,
            ["in"] = "path",
            ["required"] = true,
            ["description"] = texts.Parameter(name, null),
            ["schema"] = card.Handle.Method.GetParameters()
                .Any(parameter => parameter.Name == name && parameter.ParameterType == typeof(PathId))
                ? new JsonObject { ["type"] = "string", ["format"] = "uuid" }
                : new JsonObject { ["type"] = "string" },
        });

    private static JsonObject InQuery(QueryParameter parameter, OpenApiTexts texts)
    {
        var shown = new JsonObject
        {
            ["name"] = parameter.Name,
            ["in"] = "query",
            ["required"] = false,
            ["description"] = texts.Parameter(parameter.Name, parameter.Description),
            ["schema"] = OpenApiSchemas.WithNamesOfCodes(parameter.Schema),
        };
        // A list is sent as one comma-separated value.
        if (parameter.Type == QueryType.Uuids)
        {
            shown["style"] = "form";
            shown["explode"] = false;
        }
        return shown;
    }

    /// <summary>
    /// For tools that send only one of the credentials of a security requirement. The default, which says nothing about a required
    /// header, is what Postman puts in: the variable that it makes of the security scheme.
    /// </summary>
    private static JsonObject ApiKeyHeader() => new()
    {
        ["name"] = "api-key",
        ["in"] = "header",
        ["required"] = true,
        ["description"] = "Secret of the connected system: the same header as that of the security scheme, beside the bearer token. "
            + "The default is its variable in Postman.",
        ["schema"] = new JsonObject { ["type"] = "string", ["default"] = "{{apiKey}}" },
    };

    private static JsonObject IdempotencyKeyHeader() => new()
    {
        ["name"] = Idempotency.Header,
        ["in"] = "header",
        ["required"] = false,
        ["description"] =
            "A request that is sent again with its key within 24 hours is answered as it was the first time, and nothing is created again.",
        ["schema"] = new JsonObject { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = 255 },
    };

    /// <summary>Without pattern and example: from these, tools make a value and send it.</summary>
    private static JsonObject RequestIdHeader() => new()
    {
        ["name"] = RequestId.Header,
        ["in"] = "header",
        ["required"] = false,
        ["description"] = "Leave it out, and the server gives the request an id. "
            + $"A well-formed one (`{RequestId.Pattern}`) is kept and answered; any other is ignored.",
        ["schema"] = new JsonObject { ["type"] = "string" },
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PlaceInPath();
}

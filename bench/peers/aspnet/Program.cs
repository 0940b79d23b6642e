// Three methods of the registry as a team would write them with ASP.NET Core: "ef" with entities of EF Core that are tracked for changes,
// "dapper" with SQL by Dapper. Same tables, same checks, same answers. Arguments: ef|dapper URL CONNECTION_STRING.

using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Peer;

var (kind, url, connection) = (args[0], args[1], args[2]);
var builder = WebApplication.CreateBuilder();
builder.WebHost.UseUrls(url);
// One line a request would halve the rate.
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddMemoryCache();
builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
{
    MaxPoolSize = 32,
    MaxAutoPrepare = 20,
    AutoPrepareMinUsages = 2,
    SearchPath = "esoz",
}));
builder.Services.ConfigureHttpJsonOptions(json =>
{
    json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
    json.SerializerOptions.Converters.Add(new Times());
    json.SerializerOptions.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
});
builder.Services.AddScoped<Tokens>();
if (kind == "ef")
    builder.Services.AddEntityFramework();
var app = builder.Build();
if (kind == "ef")
    app.MapEntityFramework();
else
    app.MapDapper();
app.Run();

namespace Peer
{
    public sealed record Envelope<T>(
        Meta Meta, T Data, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Paging? Paging = null)
    {
        public static Envelope<T> Of(HttpContext http, T data, Paging? paging = null)
        {
            var url = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.Path}";
            return new(new(200, url, paging is null ? "object" : "list", http.TraceIdentifier), data, paging);
        }
    }

    public sealed record Meta(int Code, string Url, string Type, string RequestId);

    public sealed record Paging(int PageNumber, int PageSize, long TotalEntries, long TotalPages)
    {
        public static Paging Of(int page, int size, long total) => new(page, size, total, Math.Max(1, (total + size - 1) / size));
    }

    public sealed record Failure(Failure.Fault Error)
    {
        public sealed record Fault(string Type, string Message);

        public static IResult Of(int status, string type, string message) =>
            Results.Json(new Failure(new Fault(type, message)), statusCode: status);
    }

    public sealed record Job(
        DateTime Eta, Guid Id, Job.Link[] Links, string Status,
        [property: JsonPropertyName("doneAt"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTime? DoneAt)
    {
        public sealed record Link(
            string Entity,
            [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Href = null,
            [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);

        public static Job Of(Guid id, string status, DateTime eta, Guid? composition, int? code, string? message) => status switch
        {
            "DONE" => new(eta, id, [new("eHealth/composition", Href: $"composition/{composition}")], status, eta),
            "FAILED" => new(eta, id, [new("eHealth/composition", Error: $"{code}: {message}")], status, eta),
            _ => new(eta, id, [new("eHealth/resources")], status, null),
        };
    }

    public sealed record DataOnly<T>(T Data);

    public sealed class Times : JsonConverter<DateTime>
    {
        public override DateTime Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDateTime();

        public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }
}

using Esoz.Platform.Http;

namespace Esoz.Cli.Commands;

/// <summary><c>openapi</c>: prints the OpenAPI document of this version; needs neither database nor settings.</summary>
public static class OpenApiCommand
{
    public static Command Create() =>
        new Command("openapi", "Prints the OpenAPI document of all methods, as in docs/openapi.json. Needs no database.")
        .Runs(async (_, ct) =>
        {
            await using var output = Console.OpenStandardOutput();
            await output.WriteAsync(OpenApi.Write(ApiDocument.Kept()), ct);
            await output.WriteAsync("\n"u8.ToArray(), ct);
        });
}

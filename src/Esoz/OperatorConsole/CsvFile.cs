using System.Text;
using Esoz.Pages;

namespace Esoz.OperatorConsole;

/// <summary>
/// A table as CSV (RFC 4180, UTF-8 with a byte order mark, by which Excel knows the encoding). A cell that a spreadsheet would take for a
/// formula begins with an apostrophe.
/// </summary>
/// <param name="rows">The first one has the names of the columns.</param>
internal sealed class CsvFile(string name, IEnumerable<IEnumerable<string?>> rows) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var row in rows)
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        var content = Encoding.UTF8.GetBytes(text.ToString());
        var response = httpContext.Response;
        HtmlPage.WriteHeaders(response.Headers);
        response.ContentType = "text/csv; charset=utf-8";
        response.ContentLength = content.Length;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        await response.Body.WriteAsync(content, httpContext.RequestAborted);
    }

    internal static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return "";
        var text = value[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? $"'{value}" : value;
        return $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}

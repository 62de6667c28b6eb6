using System.Text;
using AgentApprovals.Domain.Ledger;
using AgentApprovals.Domain.Policies;

namespace AgentApprovals.Data.Ledger;

/// <summary>Bodies of documents, read back into what rules use.</summary>
public static class Documents
{
    public static object Parse(DocumentState document, byte[] body) => document.Kind switch
    {
        DocumentKind.Policy => new Policy(document.Version, RuleReader.Load(body)),
        DocumentKind.Catalogue => new Catalogue(document.Version, ActionTypeReader.Load(body)),
        _ => Encoding.UTF8.GetString(body),
    };
}
